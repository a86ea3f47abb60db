// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "os/unique_fd.hpp"

namespace mcast::test {

/// A block device whose content is a file's, where this user and this machine can make one.
class LoopDevice {
  public:
    [[nodiscard]] static std::optional<LoopDevice> over(const std::string& file,
                                                        bool read_only = false) {
        const UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
        const UniqueFd backing(::open(file.c_str(), (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC));
        if (!control.valid() || !backing.valid()) return {};
        for (int attempt = 0; attempt < 10; ++attempt) {  // another process may take it first
            const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
            if (number < 0) return {};
            std::string path = "/dev/loop" + std::to_string(number);
            UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
            loop_config config{};
            config.fd = static_cast<__u32>(backing.get());
            // The device lets go of the file when the last descriptor is closed.
            config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
            if (read_only) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
            if (fd.valid() && ::ioctl(fd.get(), LOOP_CONFIGURE, &config) == 0)
                return LoopDevice(std::move(path), std::move(fd));
        }
        return {};
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    LoopDevice(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    UniqueFd fd_;
};

}  // namespace mcast::test
