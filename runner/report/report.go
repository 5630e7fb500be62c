// Package report prints what a run found: on the console, as results.json, JUnit, HTML,
// Markdown and GitHub annotations, one file an output. Every report is made from the same
// Input; none of them decides anything, and whatever a target sent is printed as text that
// neither a terminal nor a browser obeys. It imports the data packages (result, recording,
// requirement) and nothing that touches a target.
package report

import "github.com/voicespec/voicespec/runner/report/evidence"

// Input is everything that a report is made from; only its Report must be set.
type Input = evidence.Input

// Documented is one message as the page prints it.
type Documented = evidence.Documented
