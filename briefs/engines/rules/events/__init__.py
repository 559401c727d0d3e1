"""What a sentence reports: PLOVER event classes, plus warning and hardship, by rules over the parse."""
