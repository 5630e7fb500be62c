package result

// StateTable is what became of every operation in every state of a call. That a cell is a deviation is
// told by the checks of its scenario.
type StateTable struct {
	States     []StateColumn `json:"states"`
	Operations []StateRow    `json:"operations"`
}

// StateColumn is a state that a call was brought into, and the scenario that did so.
type StateColumn struct {
	Title    string `json:"title"`
	Scenario string `json:"scenario"`
}

// StateRow is one operation with a cell for each state, in the order of the columns.
type StateRow struct {
	Operation string      `json:"operation"`
	Cells     []StateCell `json:"cells"`
}

// Became is what became of an operation.
type Became string

// What can become of an operation. The zero value is one that was not tried.
const (
	Accepted     Became = "accepted"
	Refused      Became = "refused"
	RefusedLater Became = "refused-later" // accepted, and taken back by an error notification
	CarriedOut   Became = "carried-out"   // not offered, and somebody was notified of a change
)

// StateCell is one operation tried on a call in one state.
type StateCell struct {
	Offered    bool   `json:"offered,omitempty"` // in the capabilities of the call's last notification
	Became     Became `json:"became,omitempty"`
	StatusCode int64  `json:"statusCode,omitempty"` // of a refusal
}

// Deviates reports whether a check fails for the cell: an operation is accepted if and only if it is offered.
func (c StateCell) Deviates() bool {
	switch c.Became {
	case Refused, RefusedLater:
		return c.Offered
	case Accepted, CarriedOut:
		return !c.Offered
	}
	return false
}
