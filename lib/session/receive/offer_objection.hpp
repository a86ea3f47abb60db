// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/options.hpp>

#include "protocol/receive/receiver.hpp"

namespace mcast::session {

/// Why this machine passes over an offer that others may take: its name is none for a file here, or
/// one that has to be asked for. Empty: it does not. Looks at the file system.
[[nodiscard]] std::string offer_objection(const protocol::OfferInfo& offer,
                                          const ReceiveOptions& options);

}  // namespace mcast::session
