// SPDX-License-Identifier: MIT
#include "crypto/key_file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/unique_fd.hpp"

namespace mcast::crypto {
namespace {

constexpr std::size_t kMost = 4096;  // no secret is longer

// systemd lets a service read its credentials by an access list, which shows as the group's mode.
bool is_credential(const std::string& path) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr && *folder != '\0' && path.starts_with(std::string(folder) + "/");
}

Result<void> check_access(const std::string& path, const struct stat& status) {
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return fail(ErrorCode::auth, path + " is no file with a key");
    const mode_t others = is_credential(path) ? S_IRWXO : S_IRWXG | S_IRWXO;
    if ((status.st_mode & others) != 0)
        return fail(ErrorCode::permission,
                    "others may use the key in " + path + ": chmod 600 " + path);
    const uid_t user = ::geteuid();
    if (user != 0 && status.st_uid != user && status.st_uid != 0)
        return fail(ErrorCode::permission, "the key in " + path + " belongs to another user");
    return {};
}

Result<std::size_t> read_some(const std::string& path, int fd, std::span<char> room) {
    std::size_t size = 0;
    while (size < room.size()) {
        const auto got = ::read(fd, room.data() + size, room.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno("cannot read " + path);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

}  // namespace

Result<Secret> read_key_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat status{};
    if (!file.valid() || ::fstat(file.get(), &status) != 0)
        return fail_errno("cannot open the key " + path);
    if (auto safe = check_access(path, status); !safe) return std::unexpected(safe.error());
    std::array<char, kMost> room{};
    const auto size = read_some(path, file.get(), room);
    if (!size) return std::unexpected(size.error());
    const auto secret = Secret::parse(std::string_view(room.data(), *size));
    wipe({reinterpret_cast<std::uint8_t*>(room.data()), room.size()});
    if (!secret)
        return fail(ErrorCode::auth,
                    path + " holds no key: `mcsend keygen FILE` makes a file that does");
    return *secret;
}

Result<void> make_key_file(const std::string& path) {
    const auto secret = Secret::draw();
    if (!secret) return fail(ErrorCode::internal, "the system gives no random numbers");
    const std::string text = secret->text() + "\n";
    const UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid()) return fail_errno("cannot make the key " + path);
    const auto written = ::write(file.get(), text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size());
    if (whole && ::fsync(file.get()) == 0) return {};
    const int error = written >= 0 && !whole ? ENOSPC : errno;
    ::unlink(path.c_str());
    return fail_errno("cannot write the key " + path, error);
}

}  // namespace mcast::crypto
