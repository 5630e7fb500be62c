package play

import "testing"

// All are done, each beside the others, before the end of one ends the scenario.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	m := NewMeeting(3)
	done := [3]bool{}
	var end any
	func() {
		defer func() { end = recover() }()
		thing := func(i int) func() {
			return func() {
				m.wait(t.Context()) // none gets here before all have begun
				done[i] = true
				if i == 1 {
					panic(ended{"blocked", "by one"})
				}
			}
		}
		(&Stage{}).AtOnce(thing(0), thing(1), thing(2))
	}()
	if done != [3]bool{true, true, true} || end != (ended{"blocked", "by one"}) {
		t.Errorf("%v, %v", done, end)
	}
}
