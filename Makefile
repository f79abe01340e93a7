# The doorways. Each is one line: what it does is in doorways/.
.PHONY: help up down test preview status output doctor coverage

help up down test preview status output doctor coverage:
	@./bin/twinstack $@
