package autobahn

import (
	"time"
)

// caseTime bounds a case. The suite's longest ones take well under a minute.
const caseTime = 3 * time.Minute
