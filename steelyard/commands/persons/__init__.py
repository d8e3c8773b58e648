"""Commands about people: who holds a post, what a point is worth to whom, whose work points are, what is typed in."""
