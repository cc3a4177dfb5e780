#!/bin/sh
# Janino 3.1.9, the compiler of Java that Spark 4.3.0 ships: a private synchronized method locks the class.
#
# Guess, written down first: `private synchronized void add()` locks the object it is called on, as the Java Language Specification has it
# (8.4.3.6), and as it does when javac compiles it. So two objects never wait for each other.
#
# Behaviour: Janino makes private methods static, with the object as the first parameter, and keeps the flag `synchronized`. A static synchronized
# method locks the class: all objects share one lock, and an object's private methods do not exclude its public synchronized ones. Nothing is
# said while it compiles. With the same class, a public synchronized method is as it should be.
#
# Output seen (PySpark 4.3.0, Java 17.0.15):
#   private: locks the class: True, locks the object: False
#   public:  locks the class: False, locks the object: True
#
# Runs without sparkbench, on loopback only.  Needs Java 17 or newer (JAVA_HOME or on the path).  FINDINGS_VENV: an environment with
# pyspark==4.3.0; without it one is made in a temporary folder.  Exit code 0: it is as told.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -z "${FINDINGS_VENV:-}" ]; then
	python3 -m venv "$folder/venv"
	"$folder/venv/bin/pip" install --quiet "pyspark==4.3.0"
	FINDINGS_VENV=$folder/venv
fi
cat >"$folder/finding.py" <<'EOF'
import os

os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
from pyspark.sql import SparkSession

SOURCE = """
public class Locks {
  private synchronized boolean[] inPrivate() {
    return new boolean[] {Thread.holdsLock(Locks.class), Thread.holdsLock(this)};
  }

  public synchronized boolean[] inPublic() {
    return new boolean[] {Thread.holdsLock(Locks.class), Thread.holdsLock(this)};
  }

  public String told() {
    boolean[] a = inPrivate();
    boolean[] b = inPublic();
    return a[0] + " " + a[1] + " " + b[0] + " " + b[1];
  }
}
"""

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.log.level", "ERROR")
    .getOrCreate()
)
compiler = spark._jvm.org.codehaus.janino.SimpleCompiler()
compiler.cook(SOURCE)
made = compiler.getClassLoader().loadClass("Locks")
gateway = spark.sparkContext._gateway
empty = gateway.new_array(spark._jvm.java.lang.Class, 0)
none = gateway.new_array(spark._jvm.java.lang.Object, 0)
found = made.getDeclaredConstructor(empty).newInstance(none).told().split()
spark.stop()
answers = [word == "true" for word in found]
print(f"private: locks the class: {answers[0]}, locks the object: {answers[1]}")
print(f"public:  locks the class: {answers[2]}, locks the object: {answers[3]}")
raise SystemExit(0 if answers == [True, False, False, True] else 1)
EOF
"$FINDINGS_VENV/bin/python" "$folder/finding.py"
