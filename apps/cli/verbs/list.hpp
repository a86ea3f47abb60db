// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/grammar/options.hpp"

namespace mcast::cli {

/// mcrecv list: shows the offers on the network now.
struct ListCommand {
    NetworkOptions network;
    double listen_s = 2.5;  ///< senders repeat their offers more often than that
    bool json = false;
    bool quiet = false;
};

void flags(Parser& parser, ListCommand& options);
[[nodiscard]] int run(Command& command, const ListCommand& options);

}  // namespace mcast::cli
