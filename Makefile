# The doorways. Each is one line: what it does is in doorways/.
.PHONY: help up down test preview status output doctor

help up down test preview status output doctor:
	@./bin/twinstack $@
