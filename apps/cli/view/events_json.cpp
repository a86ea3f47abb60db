// SPDX-License-Identifier: MIT
#include "cli/view/events_json.hpp"

#include "control/status_json.hpp"

namespace mcast::cli {

using control::Letters;

std::string event_line(const Event& event) {
    return control::event_line(event, Letters::ascii);
}

std::string status_line(const Status& status) {
    return control::status_line(status, Letters::ascii);
}

std::string receivers_line(const Status& status) {
    return control::receivers_line(status, Letters::ascii);
}

}  // namespace mcast::cli
