"""One bureau's folder and the jobs done on it: load, check, run, explain, prove. What the command and the site call."""
