"""What the demonstration shows: judged items, a plan on its way, a cascade that is half confirmed."""
