package play

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// oneByOne is what clean has to do, in so many words: each secret in turn, the longest first.
func oneByOne(s *secrets, known []string, text string, key bool) string {
	slices.SortStableFunc(known, func(a, b string) int { return len(b) - len(a) })
	for _, k := range known {
		switch {
		case s.plain[k] || !strings.Contains(text, k):
		case len(k) >= sureLength:
			text = strings.ReplaceAll(text, k, blank)
		case !key:
			text = replaceWord(text, k)
		}
	}
	return text
}

// Secrets that touch, overlap, begin with one another, and look like what is put in their place.
func TestCleanIsOneByOne(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2)) // to be repeated
	for _, alphabet := range []string{"ab", "abc -", "ab.ö\xff", "[secret]", "0123456789abcdef/+= "} {
		for range 150 {
			s, known := newSecrets(), []string(nil)
			for range 1 + r.IntN(12) {
				text := made(r, alphabet, secretFloor+r.IntN(9))
				if len(text) < secretFloor {
					continue
				}
				s.add(text)
				if r.IntN(10) == 0 {
					s.plain[text] = true
				}
				for _, f := range forms(text) {
					if !slices.Contains(known, f) {
						known = append(known, f)
					}
				}
			}
			for range 10 {
				parts := []string{made(r, alphabet, r.IntN(40))}
				for range r.IntN(4) {
					parts = append(parts, known[r.IntN(len(known))], made(r, alphabet, r.IntN(12)))
				}
				text := strings.Join(parts, "")
				key := r.IntN(2) == 0
				if got, want := s.clean(text, key), oneByOne(s, known, text, key); got != want {
					t.Fatalf("%q of %q as a name %v: %q, want %q", text, known, key, got, want)
				}
			}
		}
	}
}

func made(r *rand.Rand, alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// What is cut off within a secret is cut.
func TestTheBeginningOfASecretIsCut(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	s.add("longsecret/1")
	for in, want := range map[string]string{
		"x longsec…": "x [secret]…", "x longsecret%": "x [secret]", "longs": "[secret]", "long…": "long…",
		"longsec x": "longsec x", "longsecret/1…": "[secret]…", "…": "…", "": "",
	} {
		if got := s.cutShortened(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Cookies have an end, and credentials are learnt behind it all the same.
func TestReceivedSecretsHaveAnEnd(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	for i := range mostReceived {
		if !s.learn(&http.Cookie{Name: "c", Value: fmt.Sprintf("cookie-%d", i)}) {
			t.Fatalf("cookie %d is refused", i)
		}
	}
	if s.learn(&http.Cookie{Name: "c", Value: "one too many"}) || !s.learn(&http.Cookie{Name: "c", Value: "cookie-1"}) {
		t.Error("the end is not kept")
	}
	s.sent("ada", "longsecret")
	if got := s.cutText("cookie-7 longsecret"); got != "[secret] [secret]" {
		t.Error(got)
	}
}

// A large text costs about the same whether few or many secrets are known, and whether it holds them or not.
func BenchmarkCut(b *testing.B) {
	for _, n := range []int{10, mostReceived} {
		s := newSecrets()
		for i := range n {
			s.add(fmt.Sprintf("%016x-%d", i*7919, i))
		}
		clean := []byte(`{"x":"` + strings.Repeat("Hold of a call 0123456789 ", 20_000) + `"}`)
		full := []byte(`{"x":"` + strings.Repeat(fmt.Sprintf("%016x-%d, a word, ", 7919, 1), 12_000) + `"}`)
		for name, text := range map[string][]byte{"clean": clean, "full": full} {
			b.Run(fmt.Sprintf("%s-%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					s.cut(text)
				}
			})
		}
	}
}

// The same as a test: 20,000 secrets and half a megabyte take moments.
func TestCuttingManySecretsIsQuick(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	var echo strings.Builder
	for i := range mostReceived {
		secret := fmt.Sprintf("aaaaaaaa%d", i) // all begin alike
		s.learn(&http.Cookie{Name: "c", Value: secret})
		echo.WriteString(secret)
	}
	text := `{"x":"` + echo.String() + strings.Repeat("aaaaaaaaa", 30_000) + `"}`
	began := time.Now()
	if got := s.cut([]byte(text)); len(got) > len(text) {
		t.Error("longer")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}
