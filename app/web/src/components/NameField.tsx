import { useEffect, useState } from "preact/hooks";
import { useMe } from "../me.tsx";
import { asApiError } from "../useLoaded.ts";

const MAX_LENGTH = 40;

/** The name that the others see on the leaderboard. */
export function NameField() {
  const { participant, rename } = useMe();
  const [name, setName] = useState("");
  const [state, setState] = useState<"idle" | "saving" | "saved">("idle");
  const [failure, setFailure] = useState("");
  useEffect(() => setName(participant?.name ?? ""), [participant]);

  const save = async (): Promise<void> => {
    setState("saving");
    setFailure("");
    try {
      await rename(name.trim());
      setState("saved");
    } catch (error) {
      setFailure(asApiError(error).message);
      setState("idle");
    }
  };

  const unchanged = name.trim() === (participant?.name ?? "");
  return (
    <form
      class="name-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (!unchanged && name.trim() !== "") void save();
      }}
    >
      <label for="participant-name">Your name on the leaderboard</label>
      <div class="name-line">
        <input
          id="participant-name"
          data-testid="participant-name"
          type="text"
          maxLength={MAX_LENGTH}
          autocomplete="nickname"
          placeholder="Guest"
          value={name}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setState("idle");
          }}
        />
        <button
          class="button"
          type="submit"
          data-testid="save-name"
          disabled={unchanged || name.trim() === "" || state === "saving"}
        >
          {state === "saved" && unchanged ? "Saved" : "Save"}
        </button>
      </div>
      {failure !== "" && (
        <p class="inline-failure" role="alert">
          {failure}
        </p>
      )}
    </form>
  );
}
