package result

import "github.com/voicespec/voicespec/runner/requirement"

// Explore is what an exploration did, beside its checks.
type Explore struct {
	Seed           int64       `json:"seed"`
	Stations       int         `json:"stations"`
	Walks          int         `json:"walks"`
	Steps          int         `json:"steps"`
	StepsPerSecond float64     `json:"stepsPerSecond"` // of all stations together, while walks were played
	Cells          int         `json:"cells"`          // operations, each in one situation, that were tried
	Transitions    int         `json:"transitions"`    // from one situation of all people to another that were seen
	Situations     []Situation `json:"situations"`
	Found          []Found     `json:"found,omitempty"`
}

// Situation is what was tried on calls in one situation, and how often.
type Situation struct {
	Situation  string         `json:"situation"`
	Operations map[string]int `json:"operations"`
}

// Found is the shortest walk that shows what a check found.
type Found struct {
	Check       string            `json:"check"`
	Requirement string            `json:"requirement"`
	Level       requirement.Level `json:"level"`
	At          int               `json:"at"`              // step of the exploration after which it showed
	Walk        int               `json:"walk"`            // in which it was found
	Length      int               `json:"length"`          // of that walk, up to where it showed
	Shortest    int               `json:"shortest"`        // steps of the shortest; the check lists them
	Shown       int               `json:"shown"`           // in so many replays of the shortest it showed
	Of          int               `json:"of"`              // of so many
	Script      string            `json:"script"`          // file name of the shortest as a script
	Rerun       string            `json:"rerun,omitempty"` // command that plays it again
}

// Intermittent reports whether it did not show in each replay.
func (f Found) Intermittent() bool { return f.Shown < f.Of }
