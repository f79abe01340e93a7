# The doorways. Each is one line: what it does is in doorways/.
.PHONY: help up down test preview status output doctor explain coverage

help up down test preview status output doctor explain coverage:
	@./bin/twinstack $@
