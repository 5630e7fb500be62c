package report

import (
	"io"

	"github.com/voicespec/voicespec/runner/report/html"
)

// WriteHTML writes the HTML report: one file that works from disk without a network.
func WriteHTML(w io.Writer, in Input) error { return html.Write(w, in) }
