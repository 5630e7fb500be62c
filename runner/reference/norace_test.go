//go:build !race

package reference

const everyNth = 1
