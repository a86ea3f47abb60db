// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <expected>
#include <string>

#include <mcast/error.hpp>

namespace mcast {

/// The result of functions of storage, net, control and session. Mark each of these [[nodiscard]].
template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                                 int system = 0) {
    return std::unexpected(Error{code, system, std::move(message)});
}

/// The error code for an errno of a file operation.
[[nodiscard]] ErrorCode code_of_errno(int error);

/// "cannot open /x: No such file or directory", with the code that fits.
[[nodiscard]] std::unexpected<Error> fail_errno(const std::string& what, int error = errno);

}  // namespace mcast
