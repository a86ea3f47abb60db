// SPDX-License-Identifier: MIT
#pragma once

#include "base/units.hpp"

namespace mcast::rate {

/// No rate that adapts is below: at that a packet takes a tenth of a second, and less says nothing.
inline constexpr DataRate kMinRate = DataRate::bits_per_second(100e3);
/// None is above: twice the fastest links.
inline constexpr DataRate kMaxRate = DataRate::bits_per_second(200e9);

}  // namespace mcast::rate
