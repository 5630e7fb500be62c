package outcome_test

import (
	"slices"
	"strconv"
	"testing"
)

// A change of user data is told to the other of two, where such changes are; whoever is never told is told as the pages say.
func TestDataElsewhere(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		told []int // of four updates, those that the caller is told of
		own  bool  // and the caller makes a change of his own
		want bool
	}{
		"each":                            {[]int{0, 1, 2, 3}, false, false},
		"not the third":                   {[]int{0, 1, 3}, false, true},
		"not the last":                    {[]int{0, 1, 2}, false, true},
		"none":                            {nil, false, false},
		"none, but what he has asked for": {nil, true, false},
		"one of many, as a switch may":    {[]int{0}, false, false},
		"each, and his own":               {[]int{0, 1, 2, 3}, true, false},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "chains.example"
			r.inbound("1")
			data := ""
			for i := range 4 {
				pair := `"key` + strconv.Itoa(i) + `":"value ` + strconv.Itoa(i) + `"`
				data += pair
				r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{`+pair+`}}`)
				r.attached("agent", "1", "5000", `,"userData":{`+data+`}`)
				if slices.Contains(tt.told, i) {
					r.attached("caller", "1", "5005", `,"userData":{`+data+`}`)
				}
				data += ","
			}
			if tt.own {
				r.posts("caller", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"own":"his own"}}`)
				r.attached("caller", "1", "5005", `,"userData":{`+data+`"own":"his own"}`)
			}
			r.operation("caller", "1", "Hold")
			r.told("caller", "1", "Held", "5005", "")
			r.missed("caller")
		})
		if slices.Contains(got, "DATA-25") != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
