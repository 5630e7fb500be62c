// Package calls holds the scenarios about operations on one call that no page shows as a sample:
// optional parameters, what the other end is notified of, and what must be refused.
package calls

// Specs registers the scenarios of this area.
func Specs() {
	dialOptions()
	dialRefusals()
	dtmf()
	holdRetrieve()
	swapRefusals()
	twoEnds()
}
