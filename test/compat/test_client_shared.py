"""The methods of the Python client for blocks, variables, limits and events, and for what is not there."""

from uuid import UUID, uuid4

import pytest
from prefect.automations import AutomationCore
from prefect.client.schemas.actions import (
    BlockDocumentCreate,
    BlockDocumentUpdate,
    BlockSchemaCreate,
    BlockTypeCreate,
    BlockTypeUpdate,
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitUpdate,
    VariableCreate,
    VariableUpdate,
)
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError

from support.waiting import until

NOBODY = UUID("5b0f5b0f-0000-4000-8000-000000000000")


@pytest.fixture
def api(cloud):
    with cloud.reading() as client:
        yield client


@pytest.fixture
def name() -> str:
    return f"n{uuid4().hex}"


@pytest.fixture
def valve(api, name):
    """A block type of its own with a schema and a document that keeps a secret."""
    block_type = api.create_block_type(BlockTypeCreate(name=name, slug=name))
    fields = {"type": "object", "properties": {"pin": {"type": "string", "format": "password"}}}
    fields |= {"title": name, "secret_fields": ["pin"], "block_type_slug": name, "block_schema_references": {}}
    draft = BlockSchemaCreate(block_type_id=block_type.id, fields=fields, capabilities=["turn"])
    schema = api.create_block_schema(draft)
    belongs = {"block_type_id": block_type.id, "block_schema_id": schema.id}
    return api.create_block_document(BlockDocumentCreate(name="main", data={"pin": "1234"}, **belongs))


def test_types_and_schemas_of_blocks_are_made_found_and_deleted(api, valve, name):
    assert api.read_block_type_by_slug(name).id == valve.block_type_id
    assert valve.block_type_id in {each.id for each in api.read_block_types()}
    with pytest.raises(ObjectAlreadyExists):
        api.create_block_type(BlockTypeCreate(name=name, slug=name))
    schema = api.get_most_recent_block_schema_for_block_type(valve.block_type_id)
    assert schema.id == valve.block_schema_id
    assert api.read_block_schema_by_checksum(schema.checksum).id == schema.id
    assert schema.id in {each.id for each in api.read_block_schemas()}
    api.update_block_type(valve.block_type_id, BlockTypeUpdate(description="turns"))
    assert api.read_block_type_by_slug(name).description == "turns"
    api.delete_block_type(valve.block_type_id)
    with pytest.raises(ObjectNotFound):
        api.read_block_document(valve.id)


def test_a_document_is_read_with_and_without_its_secrets_and_changed(api, valve, name):
    assert api.read_block_document(valve.id).data == {"pin": "1234"}
    assert api.read_block_document(valve.id, include_secrets=False).data == {"pin": "********"}
    change = BlockDocumentUpdate(block_schema_id=valve.block_schema_id, data={"pin": "9"})
    api.update_block_document(valve.id, change)
    assert api.read_block_document_by_name("main", name).data == {"pin": "9"}
    assert [each.id for each in api.read_block_documents_by_type(name)] == [valve.id]
    assert valve.id in {each.id for each in api.read_block_documents(limit=200)}
    api.delete_block_document(valve.id)
    with pytest.raises(ObjectNotFound):
        api.read_block_document_by_name("main", name)


def test_the_storage_of_results_is_set_only_to_a_block_that_can_store(api, valve):
    folder = api.read_block_type_by_slug("local-file-system")
    schema = api.get_most_recent_block_schema_for_block_type(folder.id)
    belongs = {"block_type_id": folder.id, "block_schema_id": schema.id}
    made = api.create_block_document(BlockDocumentCreate(name=f"s{uuid4().hex}", data={"basepath": "/tmp"}, **belongs))
    assert api.update_server_default_result_storage(made.id).default_result_storage_block_id == made.id
    assert api.read_server_default_result_storage().default_result_storage_block_id == made.id
    with pytest.raises(PrefectHTTPStatusError, match="422"):
        api.update_server_default_result_storage(valve.id)
    api.clear_server_default_result_storage()
    assert api.read_server_default_result_storage().default_result_storage_block_id is None


def test_a_variable_is_made_changed_and_deleted(api, name):
    api.create_variable(VariableCreate(name=name, value={"a": [1]}, tags=["t"]))
    with pytest.raises(ObjectAlreadyExists):
        api.create_variable(VariableCreate(name=name, value=1))
    api.update_variable(VariableUpdate(name=name, value="2"))
    read = api.read_variable_by_name(name)
    assert (read.value, read.tags) == ("2", ["t"])
    assert len(api.read_variables(limit=1)) == 1
    api.delete_variable_by_name(name)
    assert api.read_variable_by_name(name) is None
    with pytest.raises(ObjectNotFound):
        api.delete_variable_by_name(name)


def test_a_limit_of_a_tag_counts_its_holders(api, name):
    api.create_concurrency_limit(name, 1)
    holder = uuid4()
    api.increment_v1_concurrency_slots([name], holder)
    with pytest.raises(PrefectHTTPStatusError, match="423"):
        api.increment_v1_concurrency_slots([name], uuid4())
    assert api.read_concurrency_limit_by_tag(name).active_slots == [holder]
    api.decrement_v1_concurrency_slots([name], holder, 1.5)
    api.reset_concurrency_limit_by_tag(name, [holder])
    assert api.read_concurrency_limit_by_tag(name).active_slots == [holder]
    assert name in {each.tag for each in api.read_concurrency_limits(limit=200, offset=0)}
    api.delete_concurrency_limit_by_tag(name)
    with pytest.raises(ObjectNotFound):
        api.read_concurrency_limit_by_tag(name)


def test_a_global_limit_is_taken_renewed_and_given_back(api, name):
    api.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=2))
    api.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(limit=3))
    api.upsert_global_concurrency_limit_by_name(name, 1)
    api.increment_concurrency_slots([name], 1, "concurrency")
    with pytest.raises(PrefectHTTPStatusError, match="423"):
        api.increment_concurrency_slots([name], 1, "concurrency")
    api.release_concurrency_slots([name], 1, 0.1)
    lease = api.increment_concurrency_slots_with_lease([name], 1, "concurrency", 60.0).json()["lease_id"]
    api.renew_concurrency_lease(lease, 60.0)
    assert api.read_global_concurrency_limit_by_name(name).active_slots == 1
    api.release_concurrency_slots_with_lease(lease)
    assert api.read_global_concurrency_limit_by_name(name).active_slots == 0
    with pytest.raises(PrefectHTTPStatusError, match="410"):
        api.renew_concurrency_lease(lease, 60.0)
    api.delete_global_concurrency_limit_by_name(name)
    with pytest.raises(ObjectNotFound):
        api.read_global_concurrency_limit_by_name(name)


def test_events_are_read_page_by_page(api, name):
    for word in ("a", "b"):
        api.create_variable(VariableCreate(name=f"{name}{word}", value=1))
        api.delete_variable_by_name(f"{name}{word}")

    def told() -> list:
        return api.read_events(EventFilter(event=EventNameFilter(prefix=["prefect.variable."])), limit=50).events

    until(lambda: sum(name in str(each.resource) for each in told()) == 4, "the events of both variables")
    first = api.read_events(EventFilter(), limit=2)
    second = api.read_events_page(str(first.next_page))
    assert len(first.events) == len(second.events) == 2
    assert not {each.id for each in first.events} & {each.id for each in second.events}


def test_there_are_no_automations_and_asking_for_one_says_so(api):
    trigger = {"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 1, "within": 0}
    core = AutomationCore(name="none", trigger=trigger, actions=[{"type": "do-nothing"}])
    assert api.read_automations() == api.read_automations_by_name("none") == []
    assert api.find_automation("none") is None
    assert api.read_resource_related_automations("x") == []
    api.delete_resource_owned_automations("prefect.deployment.x")
    for refused in (
        lambda: api.create_automation(core),
        lambda: api.update_automation(NOBODY, core),
        lambda: api.pause_automation(NOBODY),
        lambda: api.resume_automation(NOBODY),
        lambda: api.delete_automation(NOBODY),
    ):
        with pytest.raises(PrefectHTTPStatusError, match="404"):
            refused()
