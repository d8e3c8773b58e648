"""From rules to points: completes each rule into steps, computes them for everybody, adds them up."""
