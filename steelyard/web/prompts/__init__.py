"""触发式提示: whoever handles a step of a business process is told its standard, deadline and what is at stake; what is
not done in time becomes facts by itself."""
