"""Suite `fuzz`: templates are bred around identity probes to bring out more leaks."""
