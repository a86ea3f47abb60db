// SPDX-License-Identifier: MIT
#include "control/local_socket.hpp"

#include <cstring>

#include <sys/stat.h>

namespace mcast::control {
namespace {

constexpr int kBacklog = 128;

}  // namespace

std::string socket_path(const std::string& directory, const std::string& session) {
    return directory + "/" + session + ".sock";
}

std::string record_path(const std::string& directory, const std::string& session) {
    return directory + "/" + session + ".json";
}

Result<sockaddr_un> local_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return fail(ErrorCode::usage,
                    path + " is too long for a socket: choose a shorter MCAST_RUNTIME_DIR");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* as_sockaddr(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

Result<UniqueFd> open_local_socket() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return fail_errno("cannot open a local socket");
    return fd;
}

Result<UniqueFd> listen_at(const std::string& path) {
    const auto address = local_address(path);
    if (!address) return std::unexpected(address.error());
    auto fd = open_local_socket();
    if (!fd) return fd;
    // bind gives the name that it makes the mode of the socket, so the name never has a wider one.
    if (::fchmod(fd->get(), 0600) != 0) return fail_errno("cannot protect " + path);
    if (::bind(fd->get(), as_sockaddr(*address), sizeof *address) != 0) {
        const int error = errno == EADDRINUSE ? EEXIST : errno;
        return fail_errno("cannot create the control socket " + path, error);
    }
    if (::chmod(path.c_str(), 0600) != 0 || ::listen(fd->get(), kBacklog) != 0) {
        const int error = errno;
        ::unlink(path.c_str());
        return fail_errno("cannot listen on " + path, error);
    }
    return fd;
}

}  // namespace mcast::control
