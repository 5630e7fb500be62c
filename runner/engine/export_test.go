package engine

// Lengths of scenarios, for a test that knows the catalogue.
var Lengths = lengths
