//! A folder that is served: every claim on this kernel over every protocol, and again on one that knows
//! neither `openat2` nor `statx`, `preadv2` or `vmsplice`.
//!
//! Law: a claim about files is a function of the kernel, and stands in the list below.

mod answers;
mod changes;
mod coding;
mod confinement;
mod downloads;
mod extremes;
mod fields;
mod listing;
mod listing_coding;
mod listing_odd;
mod models;
mod mounts;
mod options;
mod siblings;

use std::path::Path;

use rustix::io::Errno;

use crate::harness::{Hello, Launch, Reply};
use crate::seccomp::where_calls_fail;

/// What the server runs on.
#[derive(Clone, Copy, Debug)]
enum Kernel {
    /// What this machine has.
    This,
    /// The same, as a sandbox of yesterday would let it show.
    Old,
}

impl Kernel {
    fn serve(self, path: &Path) -> Hello {
        self.serve_with(&[], path)
    }

    fn serve_with(self, options: &[&str], path: &Path) -> Hello {
        self.start(Launch::new().folder(path).args(options))
    }

    fn start(self, launch: Launch) -> Hello {
        let unknown = [
            libc::SYS_openat2,
            libc::SYS_statx,
            libc::SYS_preadv2,
            libc::SYS_vmsplice,
        ];
        match self {
            Self::This => launch.start(),
            Self::Old => where_calls_fail(&unknown, Errno::NOSYS, || launch.start()),
        }
    }
}

/// Asks again until the answer is as it should become, which takes another look at the disk.
fn eventually(hello: &Hello, target: &str, holds: impl Fn(&Reply) -> bool) -> Reply {
    let until = hello::clock::now() + crate::harness::PATIENCE;
    let mut client = hello.connect();
    loop {
        let reply = client.get(target);
        if holds(&reply) {
            return reply;
        }
        assert!(hello::clock::now() < until, "{target} stays {reply:?}");
    }
}

macro_rules! claims {
    ($($area:ident::$claim:ident,)*) => {
        mod claimed {
            $(
                pub fn $claim() { super::$area::$claim(super::Kernel::This); }
            )*
        }
        use claimed::*;
        crate::harness::over_every_protocol! { $($claim,)* }
        mod on_an_old_kernel {
            $(#[test] fn $claim() { super::$area::$claim(super::Kernel::Old); })*
        }
    };
}

claims! {
    answers::a_file_is_sent_with_its_type_its_date_and_its_tag,
    answers::what_a_client_has_is_not_sent_again,
    answers::a_condition_that_does_not_hold_is_412,
    answers::a_part_is_sent_to_those_who_ask_for_one,
    answers::a_part_of_what_has_changed_is_sent_whole,
    answers::several_parts_come_in_an_envelope,
    options::an_application_gets_its_paths_and_not_its_missing_files,
    options::a_page_has_one_clean_address,
    options::what_stands_for_a_folder_can_be_chosen,
    options::where_nothing_is_found_the_folders_own_page_says_so,
    options::names_with_a_checksum_are_kept_for_ever,
    options::pages_of_other_sites_may_read_what_is_served,
    options::hidden_names_are_served_if_asked_for,
    options::links_lead_where_they_may,
    options::types_can_be_said,
    options::a_page_says_what_it_links_to_and_says_so_early_if_it_has_to_wait,
    answers::a_folder_without_a_page_says_so,
    answers::what_is_not_there_is_404,
    answers::head_has_the_fields_of_get,
    answers::large_and_small_files_arrive_whole,
    confinement::a_path_is_decoded_once,
    confinement::no_path_leads_out,
    confinement::hidden_files_are_not_there_except_the_well_known,
    confinement::links_are_followed_within_the_root_and_not_out_of_it,
    confinement::what_is_no_file_is_not_opened,
    listing::a_folder_without_a_page_is_listed_in_natural_order,
    listing::a_listing_is_in_the_format_and_language_asked_for,
    listing::a_listing_is_ordered_by_size_and_date_if_asked,
    listing::what_cannot_be_asked_for_is_not_told,
    listing::whatever_a_name_is_made_of_it_is_shown_and_its_link_leads_to_it,
    listing::a_listing_that_has_not_changed_is_not_sent_again,
    listing::a_search_finds_names_below_and_ends_at_its_bounds,
    listing::a_filter_looks_in_its_folder_alone,
    listing::crumbs_lead_up_to_the_root_and_not_above,
    listing::a_readme_is_part_of_the_page_and_runs_nothing,
    listing::a_file_is_looked_at_within_the_page,
    listing::the_policy_of_a_listing_allows_what_is_in_it_and_nothing_else,
    listing::no_folder_is_listed_where_that_is_not_wanted,
    listing::unless_told_folders_are_listed_to_this_machine_alone,
    listing_odd::whatever_a_file_is_called_it_is_looked_at_and_taken,
    listing_odd::a_look_leads_nowhere_else,
    listing_odd::a_readme_written_to_explode_is_shown_as_it_stands,
    listing_coding::a_listing_is_sent_in_fewer_bytes_to_those_who_take_it,
    listing_coding::a_listing_that_is_small_or_not_to_be_compressed_is_sent_as_it_is,
    listing_coding::a_listing_that_changes_changes_in_each_form,
    listing_coding::a_large_folder_is_compressed_while_it_is_sent,
    siblings::an_answer_that_a_sibling_would_have_made_smaller_says_so,
    siblings::what_siblings_would_have_saved_is_told_at_the_end,
    changes::a_changed_file_is_seen,
    changes::a_file_that_comes_or_goes_is_seen,
    changes::a_root_that_is_switched_is_seen,
    changes::a_root_that_is_gone_is_503_until_it_is_back,
    changes::a_kept_file_changed_on_its_way_arrives_as_it_was,
    changes::a_file_replaced_while_it_is_sent_arrives_as_it_was,
    changes::a_file_deleted_while_it_is_sent_arrives_as_it_was,
    coding::a_sibling_is_sent_to_those_who_take_it,
    coding::what_is_no_good_sibling_is_not_used,
    coding::a_sibling_that_changes_comes_or_goes_is_seen,
    coding::parts_of_a_sibling_are_cut_from_its_bytes,
    coding::a_text_is_compressed_once_it_was_asked_for,
    coding::who_takes_nothing_else_waits_for_the_compressor,
    coding::what_was_compressed_follows_the_file,
    coding::what_would_not_get_smaller_is_sent_as_it_is,
    coding::head_of_a_form_has_the_fields_of_get,
    changes::a_file_cut_short_while_it_is_sent_is_a_reset,
    changes::a_file_that_grows_while_it_is_sent_is_a_reset,
    changes::a_file_rewritten_while_it_is_sent_is_a_reset,
    answers::a_folder_without_its_slash_is_redirected,
    answers::a_path_that_begins_with_two_slashes_leads_nowhere,
    answers::a_single_file_is_served_at_the_start_and_under_its_name,
    mounts::each_folder_answers_below_its_name,
    mounts::no_path_leads_from_one_folder_into_another,
    mounts::a_list_below_a_mount_says_where_it_is,
    mounts::a_mount_may_be_a_single_file,
    mounts::the_start_lists_what_is_served_if_nothing_is_served_there,
    mounts::what_a_person_decides_holds_below_each_name,
    mounts::a_folder_that_is_gone_takes_no_other_with_it,
    downloads::a_file_is_offered_under_its_name_if_asked_so,
    downloads::a_download_that_broke_off_goes_on_where_it_was,
    downloads::a_download_that_comes_compressed_has_the_name_of_its_file,
    downloads::whatever_a_file_is_called_its_name_is_offered_safely,
    fields::an_answer_about_a_file_has_these_fields_and_no_others,
    fields::several_parts_have_these_fields_and_no_others,
    fields::an_answer_with_a_form_of_a_file_has_these_fields_and_no_others,
    fields::an_answer_about_a_folder_has_these_fields_and_no_others,
    models::whatever_parts_are_asked_for_are_the_bytes_they_name,
    models::whatever_codings_are_taken_the_best_of_them_comes,
    fields::a_refusal_has_these_fields_and_no_others,
    fields::a_list_in_fewer_bytes_has_these_fields_and_no_others,
    fields::what_may_not_be_read_has_these_fields_and_no_others,
    fields::what_breaks_a_rule_has_these_fields_and_no_others,
    extremes::a_file_of_nothing_is_a_file,
    extremes::a_file_of_more_than_five_gibibytes_is_served_to_its_end,
    extremes::holes_arrive_as_nulls,
    extremes::what_a_file_has_grown_by_is_a_part_of_it,
    extremes::a_file_from_the_future_was_modified_just_now,
    extremes::a_file_from_before_1970_is_served,
    extremes::links_in_circles_lead_nowhere_and_hold_up_nobody,
    extremes::a_file_lies_as_deep_as_names_allow,
    extremes::what_keeps_us_out_is_named,
}
