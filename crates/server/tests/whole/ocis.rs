//! The API that ownCloud Web, OpenCloud Web and scripts written for oCIS use.
