package play

import "sync"

// AtOnce does some things at the same moment, and waits for all of them. Each is to be in another person's name, or one that
// builds on none of the others. Where one ends the scenario, it ends when all are done.
func (s *Stage) AtOnce(things ...func()) {
	var wg sync.WaitGroup
	ends := make([]any, len(things))
	for i, thing := range things {
		wg.Go(func() {
			defer func() { ends[i] = recover() }()
			thing()
		})
	}
	wg.Wait()
	for _, end := range ends {
		if end != nil {
			panic(end)
		}
	}
}
