"""When people want to hear of things, how mail is worded and headed: rules without a framework."""
