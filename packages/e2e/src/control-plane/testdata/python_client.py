"""Uses a cluster as a program written with Debian's python3-kubernetes would: python_client.py KUBECONFIG NAMESPACE."""

import json
import sys
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException
from kubernetes.utils import create_from_dict

kubeconfig, namespace = sys.argv[1:]
config.load_kube_config(config_file=kubeconfig)
core = client.CoreV1Api()
apps = client.AppsV1Api()


def refused(status, reason, call, *args, **kwargs):
    """The call fails with this code and the Status says why."""
    try:
        call(*args, **kwargs)
    except ApiException as error:
        assert error.status == status, error
        body = json.loads(error.body)
        assert body["kind"] == "Status" and body["reason"] == reason and body["code"] == status, body
        return body
    raise AssertionError(f"{call.__name__} succeeded")


def deployment(name):
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "nginx:1", "ports": [{"containerPort": 80}]}]},
            },
        },
    }


def version_and_discovery():
    assert client.VersionApi().get_code().major == "1"
    assert {"apps", "batch"} <= {group.name for group in client.ApisApi().get_api_versions().groups}
    assert "pods" in {resource.name for resource in core.get_api_resources().resources}
    assert client.AuthorizationV1Api().create_self_subject_access_review(
        client.V1SelfSubjectAccessReview(
            spec=client.V1SelfSubjectAccessReviewSpec(
                resource_attributes=client.V1ResourceAttributes(verb="get", resource="pods", namespace=namespace)
            )
        )
    ).status.allowed


def typed_objects():
    body = client.V1ConfigMap(metadata=client.V1ObjectMeta(name="typed", labels={"a": "b"}), data={"k": "v"})
    made = core.create_namespaced_config_map(namespace, body)
    assert made.metadata.uid and made.metadata.creation_timestamp.tzinfo is not None
    refused(409, "AlreadyExists", core.create_namespaced_config_map, namespace, body)
    refused(404, "NotFound", core.read_namespaced_config_map, "absent", namespace)
    invalid = refused(422, "Invalid", core.create_namespaced_service, namespace, {"metadata": {"name": "x"}, "spec": {}})
    assert invalid["details"]["causes"][0]["field"] == "spec.ports", invalid

    made.data = {"k": "w"}
    replaced = core.replace_namespaced_config_map("typed", namespace, made)
    assert replaced.data == {"k": "w"}
    refused(409, "Conflict", core.replace_namespaced_config_map, "typed", namespace, made)
    dry = core.delete_namespaced_config_map("typed", namespace, dry_run="All")
    assert dry.status == "Success"
    core.delete_namespaced_config_map("typed", namespace, propagation_policy="Background")
    refused(404, "NotFound", core.read_namespaced_config_map, "typed", namespace)


def lists():
    for i in range(5):
        core.create_namespaced_config_map(namespace, {"metadata": {"name": f"list-{i}", "labels": {"n": str(i)}}})
    selected = core.list_namespaced_config_map(namespace, label_selector="n in (1,3)")
    assert [item.metadata.name for item in selected.items] == ["list-1", "list-3"]
    one = core.list_namespaced_config_map(namespace, field_selector="metadata.name=list-4")
    assert [item.metadata.name for item in one.items] == ["list-4"]
    names, more = [], None
    while True:
        page = core.list_namespaced_config_map(namespace, label_selector="n", limit=2, _continue=more)
        names += [item.metadata.name for item in page.items]
        more = page.metadata._continue
        if not more:
            break
    assert names == [f"list-{i}" for i in range(5)], names
    core.delete_collection_namespaced_config_map(namespace, label_selector="n")
    assert core.list_namespaced_config_map(namespace, label_selector="n").items == []


def patches():
    """The client picks the media type by the body: a list is a JSON patch, an object a strategic merge patch."""
    apps.create_namespaced_deployment(namespace, deployment("patched"))
    strategic = {"spec": {"template": {"spec": {"containers": [{"name": "main", "env": [{"name": "A", "value": "B"}]}]}}}}
    patched = apps.patch_namespaced_deployment("patched", namespace, strategic)
    container = patched.spec.template.spec.containers[0]
    assert container.image == "nginx:1" and container.env[0].value == "B"
    path = "/spec/template/spec/containers/0/image"
    patched = apps.patch_namespaced_deployment("patched", namespace, [{"op": "replace", "path": path, "value": "nginx:2"}])
    assert patched.spec.template.spec.containers[0].image == "nginx:2"
    scale = apps.patch_namespaced_deployment_scale("patched", namespace, {"spec": {"replicas": 1}})
    assert scale.spec.replicas == 1
    status = apps.patch_namespaced_deployment_status("patched", namespace, {"spec": {"replicas": 7}})
    assert status.spec.replicas == 1, "the status subresource leaves spec alone"
    apps.delete_namespaced_deployment("patched", namespace)


def watches():
    """Sees each change once and in order, and goes on where another watch stopped."""
    start = core.list_namespaced_config_map(namespace).metadata.resource_version

    def write():
        core.create_namespaced_config_map(namespace, {"metadata": {"name": "seen"}})
        core.patch_namespaced_config_map("seen", namespace, {"data": {"a": "1"}})
        core.patch_namespaced_config_map("seen", namespace, {"data": {"a": "2"}})
        core.delete_namespaced_config_map("seen", namespace)

    writer = threading.Thread(target=write)
    writer.start()
    told, middle = [], None
    watcher = watch.Watch()
    selector = "metadata.name=seen"
    options = {"namespace": namespace, "field_selector": selector, "timeout_seconds": 60}
    for event in watcher.stream(core.list_namespaced_config_map, resource_version=start, **options):
        told.append((event["type"], (event["object"].data or {}).get("a")))
        if len(told) == 2:
            middle = event["object"].metadata.resource_version
        if event["type"] == "DELETED":
            watcher.stop()
    writer.join()
    assert told == [("ADDED", None), ("MODIFIED", "1"), ("MODIFIED", "2"), ("DELETED", "2")], told

    again, watcher = [], watch.Watch()
    for event in watcher.stream(core.list_namespaced_config_map, resource_version=middle, **options):
        again.append((event["type"], event["object"].data["a"]))
        if len(again) == 2:
            watcher.stop()
    assert again == [("MODIFIED", "2"), ("DELETED", "2")], again


def dynamic_client():
    """Finds kinds by discovery and speaks each patch type and server-side apply."""
    api = dynamic.DynamicClient(client.ApiClient())
    deployments = api.resources.get(api_version="apps/v1", kind="Deployment")
    assert deployments.namespaced and "deploy" in deployments.short_names
    made = deployments.create(namespace=namespace, body=deployment("dynamic"))
    assert made.metadata.generation == 1
    merge = "application/merge-patch+json"
    annotated = deployments.patch(
        name="dynamic", namespace=namespace, body={"metadata": {"annotations": {"x": "y"}}}, content_type=merge
    )
    assert annotated.metadata.annotations.x == "y"
    strategic = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:3"}]}}}}
    patched = deployments.patch(name="dynamic", namespace=namespace, body=strategic)
    assert patched.spec.template.spec.containers[0].ports[0].containerPort == 80
    steps = [{"op": "remove", "path": "/metadata/annotations/x"}]
    patched = deployments.patch(
        name="dynamic", namespace=namespace, body=steps, content_type="application/json-patch+json"
    )
    assert "x" not in patched.to_dict()["metadata"].get("annotations", {})
    applied = core.api_client.call_api(
        f"/api/v1/namespaces/{namespace}/configmaps/applied",
        "PATCH",
        query_params=[("fieldManager", "python"), ("force", "true")],
        header_params={"Content-Type": "application/apply-patch+yaml", "Accept": "application/json"},
        body=json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"a": "b"}}),
        response_type="V1ConfigMap",
        auth_settings=["BearerToken"],
    )[0]
    assert applied.metadata.managed_fields[0].operation == "Apply"
    assert [item.metadata.name for item in deployments.get(namespace=namespace, label_selector="app=dynamic").items] == ["dynamic"]
    for event in deployments.watch(namespace=namespace, label_selector="app=dynamic", timeout=60):
        assert event["type"] == "ADDED" and event["object"].metadata.name == "dynamic"
        break
    deployments.delete(name="dynamic", namespace=namespace)
    create_from_dict(client.ApiClient(), deployment("utils"), namespace=namespace)
    assert apps.read_namespaced_deployment("utils", namespace).metadata.name == "utils"


for part in (version_and_discovery, typed_objects, lists, patches, watches, dynamic_client):
    part()
    print(part.__name__, "ok", flush=True)
