#!/bin/sh
# Janino 3.1.9, the compiler of Java that Spark 4.3.0 ships: a try that returns, and two catch clauses that
#   do not; the stack map it writes for classes of Java 8 is refused by the JVM.
#
# Versions: PySpark 4.3.0 (Janino 3.1.9 among its JARs), Java 17.
# Guess, written down first: asked for classes of Java 8 (setTargetVersion(8), which calls of static
#   methods of interfaces need), Janino writes the same code as by default, with stack maps, and it loads.
# Behaviour: it compiles, and the JVM refuses the class: VerifyError, "Inconsistent stackmap frames", as
#   the variable of the first clause is still in the map where both clauses meet.  By default Janino writes
#   classes of Java 6, which have no stack maps, and the same source loads and runs.
# Output seen: "default 16", "8 VerifyError: Inconsistent stackmap frames at branch target 19"
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${FINDINGS_VENV:-}
if [ -z "$venv" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install 'pyspark==4.3.0'
    venv=$work/venv
fi
cat > "$work/compile.py" <<'PY'
import glob
import os
import sys

import pyspark
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

assert pyspark.__version__ == "4.3.0", pyspark.__version__
jars = os.path.join(os.path.dirname(pyspark.__file__), "jars")
found = [glob.glob(f"{jars}/{name}-[0-9]*.jar")[0] for name in ("py4j", "janino", "commons-compiler")]
port, token = launch_gateway(
    jarpath=found[0], classpath=os.pathsep.join(found), die_on_exit=True, enable_auth=True
)
gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))
SOURCE = """
public class Clauses {
  public static int run(String name) {
    try {
      return Class.forName(name).getName().length();
    } catch (ClassNotFoundException problem) {
    } catch (LinkageError problem) {
    }
    return 0;
  }
}
"""


def said(target):
    compiler = gateway.jvm.org.codehaus.janino.SimpleCompiler()
    if target is not None:
        compiler.setTargetVersion(target)
    compiler.cook(SOURCE)
    try:
        loaded = compiler.getClassLoader().loadClass("Clauses")
        given = gateway.new_array(gateway.jvm.Class, 1)
        given[0] = gateway.jvm.Class.forName("java.lang.String")
        values = gateway.new_array(gateway.jvm.Object, 1)
        values[0] = "java.lang.String"
        return str(loaded.getMethod("run", given).invoke(None, values))
    except Exception as problem:
        thrown = problem.java_exception
        words = str(thrown.getMessage()).splitlines()[0]
        return f"{thrown.getClass().getSimpleName()}: {words}"


answers = [said(None), said(8)]
print("default", answers[0])
print("8", answers[1])
gateway.shutdown()
right = answers[0] == "16" and answers[1].startswith("VerifyError: Inconsistent stackmap frames")
sys.exit(0 if right else 1)
PY
"$venv/bin/python" "$work/compile.py"
