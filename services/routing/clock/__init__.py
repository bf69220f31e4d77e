"""The clocks of a complaint.  `services.routing.clocks` is their door: whatever happens to a complaint is told to them there."""
