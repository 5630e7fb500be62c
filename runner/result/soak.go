package result

// Soak is what a long run saw over time, beside its checks.
type Soak struct {
	ForMs   float64     `json:"forMs"`
	Rounds  int         `json:"rounds"` // each a run of the selection and an exploration
	Steps   int         `json:"steps"`  // explored
	Points  []SoakPoint `json:"points"`
	Changed []Changed   `json:"changed"`        // what the server showed of its people before the first round and after the last, where it differs
	More    int         `json:"more,omitempty"` // that are not listed
}

// SoakPoint is one round, or several that follow one another.
type SoakPoint struct {
	AtMs    float64   `json:"atMs"` // when the last of its rounds began, since the first did
	Rounds  int       `json:"rounds"`
	Failed  int       `json:"failed"`  // checks that failed at the gate, in all its rounds
	Listed  int       `json:"listed"`  // elements of all lists that the server showed when the last of its rounds began
	Bytes   int       `json:"bytes"`   // of what it showed
	Calls   int       `json:"calls"`   // that it listed then
	Latency []Latency `json:"latency"` // of its last round: of what is asked for most
}

// Changed is a member of what the server shows of a person that is another at the end.
type Changed struct {
	Who   string `json:"who"`
	Path  string `json:"path"` // of the resource, and in it
	First string `json:"first"`
	Last  string `json:"last"`
}
