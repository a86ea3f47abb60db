// SPDX-License-Identifier: MIT
#include "storage/source.hpp"

#include <sys/stat.h>

#include "storage/device_source.hpp"
#include "storage/file_source.hpp"

namespace mcast::storage {

Result<std::unique_ptr<Source>> open_source(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode))
        return DeviceSource::open(path);
    return FileSource::open(path);
}

}  // namespace mcast::storage
