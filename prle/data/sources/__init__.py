"""Where data sets come from: a name, the hub, what prle makes itself."""
