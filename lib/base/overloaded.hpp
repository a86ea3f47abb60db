// SPDX-License-Identifier: MIT
#pragma once

namespace mcast {

/// One visitor of a variant, made of a lambda for each kind of value.
template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};

}  // namespace mcast
