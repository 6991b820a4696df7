"""Actions of the table that no address serves yet. This list only shrinks."""

ACTIONS = set(
    """
    absence.set_own
    alert.pass_on alert.silence_long alert.silence_short
    attachment.download attachment.upload
    attest.answer attest.ask attest.read_opened
    audit.export
    breakglass.approve breakglass.open
    calendar.edit_client calendar.edit_provider
    channel.manage_client channel.manage_provider channel.test
    client.settings
    contact.edit
    cover.accept_other_side cover.ask_other_side cover.set_same_side
    engagement.accept engagement.invite engagement.leave
    escalation.edit
    evidence.verify
    exclusion.create
    exemption.ask exemption.grant
    export.evidence_pack export.table export.take_out export.tickets
    finding.accept finding.accept_critical finding.dispute
    incident.command incident.declare incident.log incident.sign_review
    ingest.heartbeat
    key.rotate
    mail.release_held
    maintenance.edit
    matrix.comment matrix.edit_draft matrix.export_signed matrix.import matrix.name_person matrix.propose_version matrix.sign_client matrix.sign_provider matrix.withdraw_version
    note.read_private_own note.share_private
    people.change_role_client people.change_role_provider people.remove_provider people.reset_mfa people.set_signatory
    place.edit
    platform.health platform.requeue_poison platform.restore_drill platform.rotate_keys
    portfolio.view
    provider.offboard
    provider_access.approve
    register.edit
    report.upload
    request.open request.reply request.view
    review.comment review.sign_client review.sign_provider review.view
    session.end_of_side
    source.manage
    sso.configure_client sso.configure_provider
    team.edit
    template.adopt template.edit
    tenant.ask_delete tenant.cancel_delete tenant.create tenant.delete tenant.suspend
    ticket.accept_handover ticket.approve ticket.ask_approval ticket.ask_for ticket.assign_colleague ticket.bulk_update ticket.direct ticket.dispute ticket.emergency_take ticket.find_by_number ticket.hand_over ticket.hide ticket.link ticket.lower_critical ticket.merge ticket.pause_clock ticket.pre_accept ticket.redact_secret ticket.refuse_handover ticket.schedule ticket.set_duty ticket.set_priority ticket.settle_dispute ticket.wake ticket.withdraw ticket.work
    """.split()
)

