// SPDX-License-Identifier: MIT
#include "cli/verbs/list.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "cli/grammar/host_list.hpp"
#include "cli/view/offers_json.hpp"
#include "cli/view/present.hpp"
#include "cli/view/table.hpp"

namespace mcast::cli {
namespace {

std::string where(const NetworkOptions& network) {
    const bool v6 = network.group.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}{}{}", v6 ? "[" : "", network.group, v6 ? "]" : "", network.port,
                       network.interface.empty() ? "" : " via ", network.interface);
}

// The order is the same at each call, however the offers were heard.
void sort_by_name(std::vector<Offer>& offers) {
    std::ranges::sort(offers, [](const Offer& a, const Offer& b) {
        if (a.name != b.name) return before_in_nature(a.name, b.name);
        return std::tie(a.sender, a.transfer) < std::tie(b.sender, b.transfer);
    });
}

std::string offers_table(const std::vector<Offer>& offers, const Paper& paper) {
    using enum Column::Align;
    Table table({{"NAME", left, 12},
                 {"SIZE", right},
                 {"FROM", left, 12},
                 {"STATE", left},
                 {"RECEIVERS", right},
                 {"META", left, 8}});
    for (const auto& offer : offers) {
        table.add(
            {offer.name, offer.bytes_total ? format_bytes(*offer.bytes_total) : "stream",
             offer.host.empty() ? offer.sender : fmt::format("{} ({})", offer.host, offer.sender),
             offer.started ? "started" : "waiting", fmt::format("{}", offer.receivers),
             offer.meta});
    }
    return table.render(paper);
}

}  // namespace

void flags(Parser& parser, ListCommand& options) {
    add_place_flags(parser, options.network);
    add_parsed(
        parser, "--timeout", "S", parse_positive_seconds,
        [&options](double seconds) { options.listen_s = seconds; },
        "listen for so long, 2.5 s by default")
        .group(kNetworkGroup);
    parser.add_flag("--json", options.json, "one JSON array on standard output")
        .group(kOutputGroup);
    add_quiet_flag(parser, options.quiet);
}

int run(Command& command, const ListCommand& options) {
    const Voice voice(command, options.quiet);
    auto offers = command.library.discover(options.network, Seconds{options.listen_s});
    if (!offers) {
        // All offers are sealed, and none of them can be shown.
        if (options.json && offers.error().code == ErrorCode::auth) command.out << "[]\n";
        return report(voice, offers.error());
    }
    sort_by_name(*offers);
    if (options.json) command.out << offers_line(*offers) << '\n';
    if (offers->empty()) {
        return report(
            voice, {ErrorCode::no_sender, 0, "nothing is on offer on " + where(options.network)});
    }
    if (!options.json) {
        command.out << offers_table(*offers, paper_of(command));
    }
    return kExitSuccess;
}

}  // namespace mcast::cli
