package dissect

import (
	"sync"

	"github.com/seed372fb791/rfc6455/internal/requirements"
)

// table has the requirements of the RFCs by their ids.
var table = sync.OnceValue(func() map[string]*requirements.Requirement {
	all, err := requirements.Embedded()
	if err != nil {
		panic(err) // the index is part of the program
	}
	byID := make(map[string]*requirements.Requirement, len(all))
	for _, r := range all {
		byID[r.ID] = r
	}
	return byID
})
