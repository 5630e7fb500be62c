package judge

import "testing"

// Only two calls of one consultation, both of them up, offer to complete after SwapCalls.
func TestSwapped(t *testing.T) {
	t.Parallel()
	const (
		consult = `"parentCallUri":"http://h/api/v2/me/calls/A"`
		both    = consult + `,"capabilities":["SwapCalls","CompleteTransfer"]`
	)
	swap := []string{">! B SwapCalls", "< agent A StatusChange Established"}
	for name, x := range map[string]struct {
		lines []string
		want  int
	}{
		"a consultation": {append([]string{"< agent A StatusChange Held", "< agent B StatusChange Established " + consult}, swap...), 1},
		"calls apart":    {append([]string{"< agent A StatusChange Held", "< agent B StatusChange Established"}, swap...), 0},
		"a consultation that is over": {append([]string{"< agent A StatusChange Held", "< agent C StatusChange Established " + consult,
			"< agent C StatusChange Released " + consult, "< agent B StatusChange Established"}, swap...), 0},
		"the consult call": {[]string{"< agent A StatusChange Established", "< agent B StatusChange Held " + consult, ">! A SwapCalls",
			"< agent B StatusChange Established " + consult}, 1},
		"which offers both": {[]string{"< agent A StatusChange Established", "< agent B StatusChange Held " + consult, ">! A SwapCalls",
			"< agent B StatusChange Established " + both}, 0},
	} {
		c := tried(t, x.lines...)
		if got := judgeSwapped(c, c.Messages("")); len(got) != x.want {
			t.Errorf("%s: %d findings, want %d", name, len(got), x.want)
		}
	}
}
