//go:build race

package reference

// everyNth: the race detector makes the tour of hundreds of faults take minutes; a part of them goes
// through all of the server's code, and without it all are tried.
const everyNth = 8
