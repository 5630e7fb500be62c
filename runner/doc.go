// Package runner holds tests of the project as a whole and no code: which package may import which,
// that the documents name nothing that is not there, and that what they tell to type works.
package runner
