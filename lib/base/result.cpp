// SPDX-License-Identifier: MIT
#include "base/result.hpp"

#include <system_error>

namespace mcast {

ErrorCode code_of_errno(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return ErrorCode::no_space;
        case EACCES:
        case EPERM:
        case EROFS:
            return ErrorCode::permission;
        case EEXIST:
            return ErrorCode::exists;
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::not_found;
        default:
            return ErrorCode::io;
    }
}

std::unexpected<Error> fail_errno(const std::string& what, int error) {
    return fail(code_of_errno(error), what + ": " + std::generic_category().message(error), error);
}

}  // namespace mcast
