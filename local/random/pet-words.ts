/** Words of RandomPet: plain English, lower case, none twice. */
export const ANIMALS: readonly string[] = `
badger bear beaver bison buffalo camel cat cheetah cobra condor coyote crab crane cricket crow
deer dingo dolphin dove dragonfly duck eagle eel egret elk falcon ferret finch fox frog gazelle
gecko giraffe goat goose grouse gull hamster hare hawk hedgehog heron horse ibex jackal jaguar
kestrel kite koala lark lemur leopard lion lizard llama lobster lynx magpie marmot marten mole
moose moth mouse newt ocelot octopus orca oriole osprey otter owl oyster panda panther parrot
pelican penguin pheasant pigeon pony puffin puma quail rabbit raccoon raven robin salmon seal
shark sheep shrew shrimp sloth snail sparrow spider squid squirrel stork swan tapir tern tiger
toad trout turkey turtle viper vole walrus wasp weasel whale wolf wombat wren yak zebra`
  .trim()
  .split(/\s+/);

export const ADJECTIVES: readonly string[] = `
able agile alert amber ample apt azure bold brave bright brisk broad calm candid civil clear
clever cosmic crisp curious daring deep eager early earnest even exact fair famous fancy fast
fine firm fit fleet fond frank free fresh gentle glad golden good grand great handy happy hardy
honest humble ideal jolly just keen kind large lasting light lively loyal lucky main mellow
merry mighty mild modest neat new nimble noble open patient plain pleasant polite prime proud
quick quiet rapid rare ready real rested rich robust round safe sharp shiny silent simple
sincere smart smooth social solid sound speedy square stable steady still strong sturdy subtle
sunny super sure swift tender tidy tight true trusty valid vast vivid warm wise witty worthy
young`
  .trim()
  .split(/\s+/);

export const ADVERBS: readonly string[] = `
ably badly barely boldly brightly briskly broadly calmly clearly closely daily deeply early
easily entirely evenly exactly fairly finely firmly freely freshly fully gently gladly globally
gratefully greatly happily highly hourly humbly ideally jointly kindly largely lately lightly
likely locally loosely loudly mainly mildly mostly namely nearly neatly newly nicely nightly
oddly only openly overly partly plainly promptly properly proudly purely quickly quietly rapidly
rarely readily really recently seldom sharply shortly simply slowly smoothly softly solely
soundly steadily strictly strongly surely swiftly tightly truly vastly vividly warmly weekly
wholly widely wisely yearly`
  .trim()
  .split(/\s+/);
