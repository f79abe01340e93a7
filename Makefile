# The doorways. Each is one line: what it does is in doorways/.
.PHONY: help up down test preview rollout promote rollback history loadtest status output doctor explain restore-drill move-stacks coverage prove-loops prove-rollouts prove-faults prove-interruptions test-vm

help up down test preview rollout promote rollback history loadtest status output doctor explain restore-drill move-stacks coverage prove-loops prove-rollouts prove-faults prove-interruptions test-vm:
	@./bin/twinstack $@
