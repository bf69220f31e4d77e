SCENARIOS = dict.fromkeys(("lives", "deaths", "zombie", "handover", "crash", "letters away", "outage", "rollback"))
