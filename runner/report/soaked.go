package report

import "github.com/voicespec/voicespec/runner/report/evidence"

// mostAltered is how many differences between the first and the last picture a console lists.
const mostAltered = 10

// soaked tells how a long run went.
func (c *console) soaked() {
	x := c.in.Report.Soak
	if x == nil {
		return
	}
	c.printf("  %s\n", c.bold.Render("Soaked"))
	c.hanging("    ", evidence.Soaked(x))
	for _, course := range evidence.Courses(x) {
		c.hanging("    ", c.dim.Render(course.Name+": "+course.First+" at first, "+course.Last+" at last"))
	}
	altered := evidence.Altered(x)
	for i, text := range altered {
		if i == mostAltered {
			c.printf("    %s\n", c.dim.Render("and "+evidence.Plural(len(altered)-i, "more")+" (listed in results.json)"))
			break
		}
		c.hanging("    ", text)
	}
	c.printf("\n")
}

// soaked tells the same in a pull request.
func (s *summary) soaked() {
	x := s.in.Report.Soak
	if x == nil {
		return
	}
	s.printf("### Soaked\n\n%s\n\n", evidence.Markdown(evidence.Soaked(x)))
	s.printf("| | first | last |\n|---|---:|---:|\n")
	for _, course := range evidence.Courses(x) {
		s.printf("| %s | %s | %s |\n", evidence.Markdown(course.Name), course.First, course.Last)
	}
	s.printf("\n")
	s.list("Shown otherwise than before", evidence.Altered(x))
}
