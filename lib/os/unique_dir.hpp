// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <dirent.h>

namespace mcast {

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};
/// Owns an open directory and closes it.
using UniqueDir = std::unique_ptr<DIR, CloseDir>;

}  // namespace mcast
