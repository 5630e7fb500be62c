// Package wire looks at the bytes of an answer: whether they are the HTTP and the JSON that they are declared as. What can
// be read of an answer in spite of what is wrong with it is read, so that a run goes on, and what is wrong is told.
//
// It imports nothing else of the module but what tells JSON from nearly JSON.
package wire
