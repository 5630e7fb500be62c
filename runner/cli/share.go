package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/voicespec/voicespec/runner/engine"
)

// share is the value of --share.
type share struct {
	auto bool
	engine.Share
}

// mostShares is more than anybody has stations.
const mostShares = 1000

// UnmarshalText checks the value.
func (s *share) UnmarshalText(text []byte) error {
	index, of, _ := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(of)
	s.Of = n
	if s.auto = index == "auto"; s.auto {
		index = "1"
	}
	i, wrong := strconv.Atoi(index)
	s.Index = i
	switch {
	case errors.Join(err, wrong) != nil:
		return fmt.Errorf("%q is no share; write the number of this one and of all, such as 1/3, or auto/3", text)
	case n < 1 || n > mostShares || i < 1 || i > n:
		return fmt.Errorf("%q is no share; of N shares there are 1/N to N/N", text)
	}
	return nil
}

// indices are the variables that number processes side by side, and what they begin with.
var indices = []struct {
	name  string
	first int
}{{"JOB_COMPLETION_INDEX", 0}, {"CI_NODE_INDEX", 1}}

// of finds out which share is meant.
func (s share) of(getenv func(string) string) (engine.Share, error) {
	if !s.auto {
		return s.Share, nil
	}
	for _, v := range indices {
		text := getenv(v.name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if i := n - v.first + 1; err == nil && i >= 1 && i <= s.Of {
			return engine.Share{Index: i, Of: s.Of}, nil
		}
		return engine.Share{}, usagef("--share auto/%d: %s is %q, not a number from %d to %d; start as many processes as there are shares", s.Of, v.name, text, v.first, v.first+s.Of-1)
	}
	return engine.Share{}, usagef("--share auto/%d: neither JOB_COMPLETION_INDEX nor CI_NODE_INDEX is set; write the number of this process, such as 1/%d", s.Of, s.Of)
}
